"""`fleet-identity completion`: what a shell needs to complete commands, options and their values."""

from typing import Literal

from cli.exit_status import ExitStatus

_ZSH = """if [ "${funcstack[1]}" = "_cyclopts_fleet-identity" ]; then
  _cyclopts_fleet-identity "$@"
else
  compdef _cyclopts_fleet-identity fleet-identity
fi"""
"""Zsh loads the script as a file on its path of functions, where the first call is to answer; or reads it as typed."""


def completion(shell: Literal["bash", "zsh", "fish"], /) -> int:
    """Print the script by which a shell completes commands, options and their values. Writes no file.

    For example:

        source <(fleet-identity completion bash)
        source <(fleet-identity completion zsh)
        fleet-identity completion fish | source

    Each holds for the shell that it is typed into; in the shell's start-up file, for all that follow.

    Exit status: 0 printed; 2 bad usage.

    Args:
        shell: The shell that reads it.
    """
    from cli.main import app

    print(app.generate_completion(shell=shell))
    if shell == "zsh":
        print(_ZSH)
    return ExitStatus.DONE
