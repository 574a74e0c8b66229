# What the flake asks of nixpkgs, for a test without a network: names and shapes, and no program.
{
  outputs =
    { self }:
    let
      # What follows from the manifest, written by the test.
      pinned = builtins.fromJSON (builtins.readFile ./pinned.json);
      lib = rec {
        inherit (builtins) head listToAttrs mapAttrs replaceStrings;
        importTOML = path: builtins.fromTOML (builtins.readFile path);
        nameValuePair = name: value: { inherit name value; };
        genAttrs = names: build: listToAttrs (map (name: nameValuePair name (build name)) names);
        throwIfNot = is: said: value: if is then value else throw said;
        concatMapStrings = write: list: builtins.concatStringsSep "" (map write list);
        makeLibraryPath = builtins.concatStringsSep ":";
        getExe = package: "${package}/bin/${package.name}";
      };
      package =
        system: name: version:
        built system name "" // { inherit version; };
      # Whatever goes into it is evaluated with it.
      built =
        system: name: of:
        derivation { inherit name of system; builder = "/bin/sh"; };
      packages =
        system:
        lib.genAttrs pinned.names (name: package system name "1")
        // {
          redis = package system "redis" pinned.redis;
          stdenv = {
            cc.cc.lib = package system "libstdcxx" "1";
            hostPlatform = {
              inherit system;
              isLinux = builtins.match ".*-linux" system != null;
            };
          };
          mkShellNoCC = { packages, ... }: built system "shell" packages;
          runCommand = name: { nativeBuildInputs ? [ ] }: script: built system name (nativeBuildInputs ++ [ script ]);
          writeShellApplication =
            { name, text, runtimeInputs ? [ ], ... }: built system name (runtimeInputs ++ [ text ]);
        };
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" "aarch64-darwin" ] packages;
    };
}
