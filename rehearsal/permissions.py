"""The rehearsal's check of IAM = calls."""

from pathlib import Path

from rehearsal.deployed import function_grants
from rehearsal.grants import calls_in, refused, unused
from rehearsal.unseen import reason_for
from walk.show import Checks, console, step


def check_permissions(calls_file: Path, roles: dict[str, str], checks: Checks) -> None:
    """Compare what the functions' roles allow with what they were seen to ask for."""
    step("Permissions: each function has exactly the actions that it uses")
    grants, calls = function_grants(roles), calls_in(calls_file, roles)
    checks.same("what functions were refused", refused(calls), [])
    # A line stands for the same action on all state machines, or on all their executions.
    left = set(unused(grants, calls))
    used = {grant.line for grant in grants if grant not in left}
    idle = {grant.line: grant.action for grant in grants if grant.line not in used}
    for line, action in idle.items():
        reason = reason_for(action, line)
        if not reason:
            checks.holds(
                line,
                right=False,
                otherwise="no call needed it: use it, or say in rehearsal/unseen.py who does",
            )
        elif not action.startswith(("logs:", "xray:")):
            console.print(f"  {line}: not used here; {reason}", soft_wrap=True, highlight=False)
    checks.holds(f"{len(used)} of {len(used) + len(idle)} grants were used, in {len(calls):,} calls", used)
