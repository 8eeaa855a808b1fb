"""The headings of the help: what options and commands are for, in the order in which a newcomer asks."""

from typing import Annotated

from cyclopts import Group, Parameter

LOOK = Group("Look, and change nothing", sort_key=1)
CHANGE = Group("Change, with --apply", sort_key=2)
ANSWER = Group("Answer a run that asks", sort_key=3)
TRY = Group("Try it, without Azure", sort_key=4)
TERMINAL = Group("The terminal", sort_key=5)

WHICH = Group("Which clusters", sort_key=1)
CLUSTER = Group("The cluster", sort_key=1)
RUN_ON = Group("What they shall run on", sort_key=2)
HOW = Group("How the run goes", sort_key=3)
RESULT = Group("The result", sort_key=4)

Many = Annotated[tuple[str, ...], Parameter(negative=(), group=WHICH)]
"""An option of the clusters that are meant, which may be given again."""
Apply = Annotated[bool, Parameter(negative=(), group=HOW)]
"""Whether anything is changed at all."""
