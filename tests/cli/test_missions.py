"""`welfare missions seed`: what is known from the start, for a site that lacks it."""


def test_missing_missions_are_added_once(run, make):
    make.root  # noqa: B018 - the site is set up

    first, second = run("missions", "seed"), run("missions", "seed")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.split() == ["missions", "added", "6"]
    assert second.output.split() == ["missions", "added", "0"]


def test_a_site_that_is_not_set_up_is_told_so(run):
    done = run("missions", "seed")

    assert done.exit_code == 1
    assert "This site is not set up yet." in done.output
