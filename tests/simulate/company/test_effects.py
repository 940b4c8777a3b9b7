"""Effects as people write them, and those that a company cannot have."""

import pytest

from liftledger.simulate.company.effects import NAMES, Effect, Effects
from liftledger.simulate.company.model import Model
from liftledger.simulate.company.truth import truth


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("ttv=-30%", Effect("ttv", -0.3)),
        ("tickets.billing=+20%", Effect("tickets.billing", 0.2)),
        ("ttv@free=10%", Effect("ttv", 0.1, "free")),
        ("expansion=+12.5%~5%", Effect("expansion", 0.125, None, 0.05)),
        (" tickets.bug@team=-99.9%~100% ", Effect("tickets.bug", -0.999, "team", 1.0)),
    ],
)
def test_an_effect_is_read(text, effect):
    assert Effects.parse([text]).effects == (effect,)


def test_the_most_special_effect_holds():
    effects = Effects.parse(["tickets=-15%", "tickets@free=-5%", "tickets.billing=+20%", "tickets.bug@team=+1%"])
    assert effects.of("tickets.usage", "team").change == -0.15
    assert effects.of("tickets.usage", "free").change == -0.05
    assert effects.of("tickets.billing", "free").change == 0.2
    assert effects.of("tickets.bug", "team").change == 0.01
    assert effects.of("churn", "team").change == 0


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["speed=+5%"], "no effect is called 'speed'; known are ttv, activation, tickets, tickets.billing"),
        (["ttv@gold=+5%"], "no plan is called 'gold'; known are free, team, business"),
        (["ttv=-100%"], "-100 % is not above -100 %"),
        (["ttv=+901%"], r"\+901 % is not above -100 % and at most \+900 %"),
        (["ttv=-0.3"], "'ttv=-0.3' is not NAME"),
        (["ttv"], "write it like ttv=-30%"),
        (["ttv=-30%~101%"], "cannot lose 101 % of itself a month"),
        (["ttv@free=-30%", "ttv@free=-20%"], "'ttv@free' is given twice"),
    ],
)
def test_what_is_no_effect_is_refused(texts, message):
    with pytest.raises(ValueError, match=message):
        Effects.parse(texts)


def test_every_known_effect_moves_some_truth():
    for name in NAMES:
        assert any(truth(Model(days=100, effects=Effects.parse([f"{name}=+5%"]))).values()), name


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"effects": ["activation=+40%"]}, "'activation' makes a share of 107 % on plan 'team'; 100 % is the most"),
        ({"effects": ["expansion@team=+250%"]}, "'expansion' makes a share of 105 % on plan 'team'"),
        ({"holdout": 10}, r"holdout is 10; it must be above 0 and below 1 \(0.1 means 10 %\)"),
        ({"users": 0}, "users is 0; it must be at least 1"),
        ({"days": 0}, "days is 0; it must be from 1"),
        ({"lost": 1.0}, "lost is 1.0; it must be at least 0 and below 1"),
        ({"tail": 0}, "tail is 0"),
        ({"maturing": -1}, "maturing is -1"),
    ],
)
def test_a_model_that_cannot_be_is_refused(parameters, message):
    effects = Effects.parse(parameters.pop("effects", []))
    with pytest.raises(ValueError, match=message):
        Model(effects=effects, **parameters)
