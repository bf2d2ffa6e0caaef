"""An invented plan of any size and its contacts' answers, the same every time."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ragsheets.plan.model import Plan, SubGroup

OUTCOMES, ACTIONS, TASKS = 4, 2, 3  # outcomes of a sub-group, actions of an outcome, tasks of an action
_SEED = 2008

_THEMES = ("Safer Streets", "Healthy City", "Stronger Communities", "Learning and Skills", "Green Spaces")
_PLACES = ("Barton", "Kingsholm", "Matson", "Podsmead", "Tredworth", "Quedgeley", "Westgate", "Longlevens")
_PEOPLE = ("Di Robinson", "Sam Okafor", "Priya Nair", "Tom Beale", "Ann-Marie Flynn", "Jo Whittaker")
_PHRASES = (
    "the neighbourhood partnerships have met three times since the spring",
    "a joint approach was agreed with the police and the county council",
    "residents' groups were asked what they would like to see first",
    "funding for the second year is not yet confirmed",
    "the training programme has begun and sixteen volunteers have taken part",
    "a report goes to the executive in November",
    "translations of the leaflet are being printed",
    "the action plan is complete & published on the website",
    "figures for the third quarter are expected in the new year",
    "two posts remain vacant and will be advertised again",
)
#: Statuses as returned: mostly picked from the list, some typed. None is mistyped or missing: that would put queries
#: into workbooks, whose time `generate` measures.
_STATUSES = (*["GREEN"] * 50, *["AMBER"] * 30, *["RED"] * 15, "Amber – needs attention", "green", "g", "Red ")


def plan_toml(groups: int) -> str:
    """Return the plan.toml of a partnership with a number of sub-groups."""
    return "\n".join(_plan_lines(groups, random.Random(_SEED))) + "\n"


def _plan_lines(groups: int, rng: random.Random) -> Iterator[str]:
    yield from _toml_pairs(title="Thematic Sub-Group Performance Reporting", partnership="Benchmark Partnership")
    for group in range(1, groups + 1):
        name = f"{rng.choice(_THEMES)} {rng.choice(_PLACES)} {group}"
        yield "[[groups]]"
        yield from _toml_pairs(name=name, contact=rng.choice(_PEOPLE), email=f"group{group}@example.org")
        for outcome in range(1, OUTCOMES + 1):
            yield "[[groups.outcomes]]"
            yield from _toml_pairs(ref=f"{group}.{outcome}", title=_sentence(rng, 1))
            for action in range(ACTIONS):
                yield "[[groups.outcomes.actions]]"
                yield from _toml_pairs(ref=f"{group}.{outcome}.{action + 1}", title=_sentence(rng, 1))
                for task in range(TASKS):
                    yield "[[groups.outcomes.actions.tasks]]"
                    label = "abcdefghijklmnopqrstuvwxyz"[action * TASKS + task]
                    yield from _toml_pairs(label=label, task=_sentence(rng, 1), target=_sentence(rng, 2))


def _toml_pairs(**values: str) -> Iterator[str]:
    # A JSON string is a TOML string too.
    return (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())


def replies(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield each sub-group's reply, in the form that `ragsheets.project.demo.fill_in_workbook` takes."""
    return (_reply(group, random.Random(f"{_SEED} {group.key}")) for group in plan.groups)


def _reply(group: SubGroup, rng: random.Random) -> dict[str, Any]:
    tasks = [task for outcome in group.outcomes for task in outcome.tasks]
    return {
        "group": group.name,
        "file": f"{group.name}.xlsx",
        "answers": {task.key: _answers(rng) for task in tasks},
        "successes": [_sentence(rng, 1) for _ in range(rng.randint(1, 4))],
        "next_steps": [_sentence(rng, 1) for _ in range(rng.randint(1, 3))],
    }


def _answers(rng: random.Random) -> dict[str, str]:
    status = rng.choice(_STATUSES)
    position = _sentence(rng, rng.randint(1, 4))
    if rng.random() < 0.2:
        position += "".join(f"\n* {_sentence(rng, 1)}" for _ in range(2))
    planned = _sentence(rng, rng.randint(1, 2)) if rng.random() < 0.8 else ""
    return {"position": position, "status": status, "planned": planned}


def _sentence(rng: random.Random, phrases: int) -> str:
    words = "; ".join(rng.sample(_PHRASES, phrases))
    return f"{words[0].upper()}{words[1:]}."
