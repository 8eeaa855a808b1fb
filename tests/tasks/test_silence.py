"""How long somebody has been silent."""

from tasks.silence import Silence


def test_silence_is_measured_across_looks_that_succeed() -> None:
    """It grows while looks show the same, ends with what is new, and begins anew after a time without sight."""
    now = 0.0
    silence = Silence(clock=lambda: now)
    assert silence.notice("one") == 0
    now = 100
    assert silence.notice("one") == 100
    now = 110
    assert silence.notice("two") == 0
    now = 150
    silence.could_not_look()
    now = 1000
    assert silence.notice("two") == 0
    now = 1010
    assert silence.notice("two") == 10
