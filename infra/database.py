"""How Postgres is set up, on a laptop and on AWS alike."""

PLANNING = {"jit": "0", "random_page_cost": "1.1"}
"""No statement is compiled, which would cost the console's lists a hundred times what they take. Solid state reads any
page as fast as the next one; told so, the plan made while a table was small still serves when it has grown."""
