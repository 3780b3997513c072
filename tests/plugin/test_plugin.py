"""The pytest plugin, by running pytest on small projects."""

import json
from importlib.metadata import entry_points

import pytest

MODELS = """
    from shapecheck.contracts import contract

    class Tensor:
        def __init__(self, *shape):
            self.shape = shape

    @contract("n c -> n")
    def used(x):
        return Tensor(x.shape[0])

    @contract("n -> n")
    def idle(x):
        return x
"""

TESTS = """
    import pytest
    from models import Tensor, used

    def test_right():
        used(Tensor(2, 3))

    def test_again():
        used(Tensor(4, 3))
"""

BROKEN = """
    import torch

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first = torch.nn.Linear(4, 8)
            self.second = torch.nn.Linear(9, 2)

        def forward(self, x):
            return self.second(self.first(x))
"""


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.delenv("SHAPECHECK", raising=False)
    pytester.makepyfile(models=MODELS, test_models=TESTS)
    pytester.syspathinsert()
    return pytester


def run(project, *arguments):
    # An installation that is older than the entry point does not load the plugin by itself.
    installed = any(point.name == "shapecheck" for point in entry_points(group="pytest11"))
    loaded = () if installed else ("-p", "shapecheck.pytest_plugin")
    return project.runpytest_subprocess(*loaded, *arguments)


def test_contract_that_no_test_exercised_is_named(project):
    result = run(project)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["*shapecheck contracts*", "1 of 2 contracts exercised", "  models.py:11 models.idle: never called"]
    )


def test_report_has_every_contract_with_its_calls(project):
    run(project, "--shapecheck-report=contracts.json")
    report = json.loads((project.path / "contracts.json").read_text())
    assert [(entry["function"], entry["line"], entry["calls"]) for entry in report["contracts"]] == [
        ("models.used", 7, 2),
        ("models.idle", 11, 0),
    ]
    assert report["contracts"][0]["contract"] == '"n c -> n"'
    assert report["contracts"][0]["path"] == "models.py"


def test_report_makes_its_folder_and_says_where_it_cannot_be_written(project):
    run(project, "--shapecheck-report=out/deep/contracts.json")
    assert (project.path / "out" / "deep" / "contracts.json").exists()
    result = run(project, "--shapecheck-report=models.py/contracts.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    said = "\n".join([*result.outlines, *result.errlines])
    assert "--shapecheck-report=models.py/contracts.json cannot be written: " in said
    assert "Traceback" not in said and "INTERNALERROR" not in said


def test_workers_report_to_the_controller(project):
    result = run(project, "-n", "2", "--shapecheck-report=contracts.json")
    result.assert_outcomes(passed=2)
    report = json.loads((project.path / "contracts.json").read_text())
    assert [entry["calls"] for entry in report["contracts"]] == [2, 0]
    result.stdout.fnmatch_lines(["1 of 2 contracts exercised"])


def test_nothing_is_said_where_every_contract_was_exercised(project):
    project.makepyfile(
        test_rest="""
            import pytest
            from models import Tensor, idle

            def test_idle():
                with pytest.raises(AssertionError):
                    idle(Tensor(2, 3))
        """
    )
    result = run(project)
    result.assert_outcomes(passed=3)
    assert "shapecheck contracts" not in result.stdout.str()


FAILING = """
    from models import Tensor, used

    def test_wrong():
        used(Tensor(2, 3, 4))
"""


def test_broken_contract_reads_like_a_failure_of_pytest(project):
    project.makepyfile(test_models=FAILING)
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">       used(Tensor(2, 3, 4))",
            "E       shapecheck.contracts.errors.ShapeError: used: x has 3 axes, expected 2 (n c) (models*",
            "test_models.py:4: ShapeError",
        ]
    )
    text = result.stdout.str()
    assert "pytest_plugin" not in text
    assert "explain(" not in text


def test_contracts_can_be_switched_off_for_a_run(project):
    project.makepyfile(test_models=FAILING)
    run(project, "--shapecheck-contracts=off").assert_outcomes(passed=1)


def test_strict_makes_an_open_size_an_error(project):
    project.makepyfile(
        models=MODELS,
        test_models="""
            from models import Tensor, used

            def test_open():
                used(Tensor(None, 3))
        """,
    )
    run(project).assert_outcomes(passed=1)
    result = run(project, "--shapecheck-contracts=strict")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*result axis 0 (n) cannot be checked: a size is open (models.py:7)"])


def test_what_was_deferred_is_listed(project):
    project.makepyfile(
        test_models="""
            from models import Tensor, idle, used

            def test_open():
                used(Tensor(None, 3))
                try:
                    idle(Tensor(2, 3))
                except AssertionError:
                    pass
        """
    )
    result = run(project)
    result.stdout.fnmatch_lines(
        ["2 of 2 contracts exercised", "  used: result axis 0 (n) is not checked yet (models.py:7)"]
    )


def test_findings_are_test_items(project):
    project.makepyfile(broken=BROKEN)
    result = run(project, "--shapecheck", "-v")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["broken.py::shapecheck FAILED*"])
    result.stdout.fnmatch_lines(["*error*SHP101*: *expects 9*", "*--> broken.py:*"])
    assert "pytest_plugin.py" not in result.stdout.str()


def test_items_run_in_workers_and_again_from_the_cache(project):
    project.makepyfile(broken=BROKEN)
    for _ in range(2):
        run(project, "--shapecheck", "-n", "2").assert_outcomes(passed=4, failed=1)


def test_only_lint_items_can_be_chosen(project):
    run(project, "--shapecheck", "-m", "shapecheck").assert_outcomes(passed=2, deselected=2)


def test_without_the_option_no_file_is_linted(project):
    project.makepyfile(broken=BROKEN)
    run(project).assert_outcomes(passed=2)


def test_excluded_files_are_left_out(project):
    project.makepyfile(broken=BROKEN)
    project.makepyprojecttoml("[tool.shapecheck]\nexclude = ['broken.py']\n[tool.pytest.ini_options]\n")
    run(project, "--shapecheck").assert_outcomes(passed=4)


def test_nothing_warns(project):
    result = run(project, "-W", "error", "--strict-markers", "--shapecheck")
    result.assert_outcomes(passed=4)
    assert "warning" not in result.stdout.str().lower()
