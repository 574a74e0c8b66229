"""Where the workflows repeat versions of Python."""

from tools.parity.places import Place

WORKFLOWS = (
    Place(".github/workflows/*.yml", r'^\s+python-version:\s*["\']?(?P<python>[\d.]+)["\']?'),
    Place(
        ".github/workflows/check.yml",
        r"^\s+(?P<each>3\.\d+)$",
        within=r"python-version: \|\n(?:\s+[\d.]+\n)+",
        complete=True,
    ),
)
