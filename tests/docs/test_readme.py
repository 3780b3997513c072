"""What the README shows is what the program prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
HEAD = "import torch\nfrom torch import nn\n\n\n"
SESSIONS = re.findall(r"^```\n\$ (shapecheck [^\n]*model\.py)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_both_commands_are_shown() -> None:
    assert [command for command, _ in SESSIONS] == ["shapecheck lint model.py", "shapecheck shapes model.py"]


@pytest.mark.parametrize(("command", "shown"), SESSIONS, ids=[command for command, _ in SESSIONS])
def test_output_is_what_the_program_prints(command: str, shown: str, tmp_path: Path) -> None:
    found = re.search(r"^```python\n(class FrameClassifier.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    (tmp_path / "model.py").write_text(HEAD + found[1], encoding="utf-8")
    arguments = [sys.executable, "-m", *command.split()]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == shown
