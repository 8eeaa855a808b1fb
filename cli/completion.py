"""`fleet-identity completion`: what a shell needs to complete commands, options and their values."""

from typing import Literal

from cli.exit_status import ExitStatus


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
    return ExitStatus.DONE
