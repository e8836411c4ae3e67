"""Templates: what they can say, and that none takes long or gets anything through."""

import pytest

from stageline.errors import InputError, ResourceError
from stageline.tools.render_text import render_text

VALUES = {
    "name": "Ada",
    "order": {"lines": [{"name": "pen", "n": 2}, {"name": "ink", "n": 5}], "total": 12.5},
    "empty": [],
    "none": None,
    "yes": True,
    "odd-name": "x",
    "html": "<b>&",
}


def render(template: str, **options) -> str:
    return render_text(template, VALUES, **options).text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain { text } {", "plain { text } {"),
        ("{{ name }}, {{name}}", "Ada, Ada"),
        ("{{ order.lines[1].name }} {{ order.lines[-1]['n'] }}", "ink 5"),
        ('{{ order["total"] }} {{ odd-name }}', "12.5 x"),
        ("{{ none }}|{{ yes }}|{{ empty }}", "|true|[]"),
        ("{{ order.lines }}", '[{"name":"pen","n":2},{"name":"ink","n":5}]'),
        ("{{ name | upper }} {{ name | lower | replace('a', 'o') }}", "ADA odo"),
        ("{{ nothing | default('x') }} {{ none | default(3) }}", "x 3"),
        ("{{ order.lines | length }} {{ name | first }}{{ name | last }}", "2 Aa"),
        ("{{ html | escape }} {{ html | json }}", '&lt;b&gt;&amp; "<b>&"'),
        ("{{ order.total | round }} {{ 2.678 | round(2) }}", "12 2.68"),
        ("{{ 'a,b' | title }} {{ '  x ' | trim }} {{ 'abcdef' | truncate(4) }}", "A,B x abc…"),
        ("{% for l in order.lines %}{{ loop.index }}{{ l.name }}{% endfor %}", "1pen2ink"),
        ("{% for l in order.lines %}{{ l.n }}{% if not loop.last %};{% endif %}{% endfor %}",
         "2;5"),
        ("{% for k in order %}{{ k }} {% endfor %}", "lines total "),
        ("{% for x in empty %}x{% endfor %}{% for x in none %}x{% endfor %}", ""),
        ("{% if order.total > 100 %}a{% elif yes and name == 'Ada' %}b{% else %}c{% endif %}", "b"),
        ("{% if empty or none %}a{% else %}b{% endif %}", "b"),
        ("{% if 'd' in name %}a{% endif %}{% if not 'x' in name %}b{% endif %}", "ab"),
        ("a{# {{ gone }} #}b", "ab"),
        ("a  {{- name -}}  b", "aAdab"),
        ("{% for a in order.lines %}{% for b in order.lines %}{{ a.n }}{{ b.n }} {% endfor %}"
         "{% endfor %}", "22 25 52 55 "),
    ],
)  # fmt: skip
def test_what_templates_can_say(template, text):
    assert render(template) == text


def test_values_can_be_escaped_all():
    assert render("<i>{{ html }}</i>", escape="html") == "<i>&lt;b&gt;&amp;</i>"


def test_missing_names():
    with pytest.raises(InputError, match=r"order\.gone"):
        render("{{ order.gone }}")
    with pytest.raises(InputError, match="gone"):
        render("{% if gone %}{% endif %}")
    assert render("a{{ order.gone.far[3] | upper }}b", missing="empty") == "ab"


def test_a_backslash_in_quotes_stands_for_a_blank_or_a_quote() -> None:
    template = r"""{{ x | join("\n\t") }}{{ "\"\\'\d" }}{{ '\'' }}"""
    assert render_text(template, {"x": ["a", "b"]}).text == "a\n\tb\"\\'\\d'"


@pytest.mark.parametrize(
    "template",
    ["{{", "{{ name", "{% if yes %}", "{% for x in empty %}", "{% endfor %}", "{% else %}",
     "{% if yes %}{% endfor %}", "{% if yes %}{% else %}{% else %}{% endif %}", "{{ }}",
     "{{ name() }}", "{{ name.upper() }}", "{{ 1 + 1 }}", "{{ name * 9 }}", "{{ a | nosuch }}",
     "{{ name | replace('a') }}", "{{ name | upper(1) }}", "{{ name | default(name) }}",
     "{% include 'x' %}", "{% set x = 1 %}", "{% for in x %}{% endfor %}", "{% if %}{% endif %}",
     "{{ name[1.5] }}", "{{ name[name] }}", "{{ name name }}", "{{ 'a }}", "{{ name.__class__ }}",
     "{{ name.0 }}", "{{ __builtins__ }}", "{{ self }}", "{{ ''.__class__ }}", "{{ yes | round }}x"
     "{{ name | round }}", "{{ order.total | length }}", "{% if order == order %}{% endif %}",
     "{% if name > 1 %}{% endif %}", "{% if 1 in name %}{% endif %}", "{{ " + "a" * 600 + " }}",
     "{% for x in name.lower %}{% endfor %}", "{% if 1 in order.total %}{% endif %}",
     "{{ '%s' | format(1) }}", "{{ order.keys }}", "{{ order.items }}", "{% raw %}{% endraw %}"],
)  # fmt: skip
def test_wrong_and_hostile_templates_are_refused(template):
    with pytest.raises(InputError):
        render(template)


def nested(levels: int) -> str:
    return "{% for a in xs %}" * levels + "x" + "{% endfor %}" * levels


@pytest.mark.parametrize(
    ("template", "values"),
    [
        (nested(5), {"xs": list(range(1000))}),
        ("{% for a in xs %}{{ big | upper | length }}{% endfor %}",
         {"xs": [0] * 10_000, "big": "x" * 900_000}),
        ("{% for a in xs %}{% if 'y' in big %}a{% endif %}{% endfor %}",
         {"xs": [0] * 10_000, "big": "x" * 900_000}),
        ("{% for a in xs %}{% if 'y' in ys %}a{% endif %}{% endfor %}",
         {"xs": [0] * 10_000, "ys": [0] * 900_000}),
        ("{% for a in xs %}{{ big }}{% endfor %}", {"xs": [0] * 10_000, "big": "x" * 900_000}),
        ("{{ big | replace('x', 'yyyyyyyyyy') }}", {"big": "x" * 900_000}),
        ("{{ xs | join('" + "s" * 400 + "') }}", {"xs": [1] * 10_000}),
        ("{{ xs }}", {"xs": ["x" * 1000] * 2_000}),
        ("{% if yes %}" * 50_000, {"yes": True}),
        ("{{" * 90_000, {}),
        ("{" * 190_000, {}),
        ("{#" * 90_000, {}),
        ("{%for a in xs%}" * 9 + "{%endfor%}" * 9, {"xs": [1]}),
        ("{{ x }}" * 28_000, {"x": list(range(100))}),
        ("{{ 5 | round(-999999999) }}", {}),
        ("{% for a in xs %}{% if " + "x or " * 90 + "x %}{% endif %}{% endfor %}",
         {"xs": [0] * 10_000, "x": False}),
    ],
)  # fmt: skip
def test_attacks_on_time_and_memory_end_at_a_cap(template, values):
    """Without the caps the worst of these would take hours."""
    with pytest.raises((ResourceError, InputError)):
        render_text(template[:200_000], values)


def test_the_result_is_capped():
    assert render("{{ name }}", max_length=3) == "Ada"
    with pytest.raises(ResourceError, match="too long"):
        render("{{ name }}", max_length=2)


def test_a_large_harmless_template_is_no_attack():
    rows = [{"a": n, "b": f"text {n}"} for n in range(5_000)]
    text = "{% for r in rows %}{{ r.a }};{{ r.b | upper }}\n{% endfor %}"
    assert render_text(text, {"rows": rows}).text.splitlines()[4999] == "4999;TEXT 4999"
