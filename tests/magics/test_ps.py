"""``%bento_ps`` lists what lives."""

from __future__ import annotations

from bentobook.live import Living


def test_what_lives_is_listed(shell):
    shell(
        "import bentobook\n"
        "class Tagger(bentobook.Runnable):\n"
        "    @bentobook.Runnable.method\n"
        "    def tag(self, text): return text\n"
        "runner = bentobook.Runner(Tagger, name='for_ps')\n"
        "runner.init_local()\n"
        "_ = runner.run('a')"
    )
    found = shell("%bento_ps")
    assert isinstance(found, Living)
    (line,) = [line.split() for line in repr(found).splitlines() if "for_ps" in line]
    assert line == ["runner", "for_ps", "idle", "1"]
    shell("runner.close()")
    assert "for_ps" not in repr(shell("%bento_ps"))
