"""Where the flake and its lock repeat a version; the rest of the manifest they read."""

from environment.parity.places import Place

NIX = (
    Place("flake.nix", r"github:NixOS/nixpkgs/nixos-(?P<nixpkgs>[\d.]+)"),
    Place("flake.nix", r"nixos-(?P<nixpkgs>[\d.]+)"),
    Place("flake.lock", r'"ref"\s*:\s*"nixos-(?P<nixpkgs>[^"]+)"'),
)
