"""Where the flake and its lock repeat a version; the rest of the manifest they read."""

from tools.parity.places import Place

NIX = (
    Place("flake.nix", r"github:NixOS/nixpkgs/nixos-(?P<nixpkgs>[\d.]+)"),
    Place("flake.nix", r"nixos-(?P<nixpkgs>[\d.]+)"),
    Place("flake.lock", r'"ref"\s*:\s*"nixos-(?P<nixpkgs>[^"]+)"'),
)
# What the shells take from nixpkgs by name. Redis is a server here: another one would not be that of the other ways in.
TAKEN = {"actionlint", "coreutils", "git", "gnumake", "nixfmt", "nixfmt-tree", "redis", "zlib"}
# Its own tools, with which the flake builds.
BUILDERS = {"mkShellNoCC", "runCommand", "stdenv", "writeShellApplication"}
