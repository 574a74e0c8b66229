{
  description = "Golden Core: interpreters and services from one pinned nixpkgs, packages from poetry.lock";

  # The only input: each further one would be another pin.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;

      # Read, not repeated: a Python that is added to the manifest gets its shell.
      manifest = (lib.importTOML ./pyproject.toml).tool.environment;

      # The locked release of nixpkgs is the last one that supports Intel Macs, so they are left out.
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];
      eachSystem = build: lib.genAttrs systems (system: build nixpkgs.legacyPackages.${system});

      # nixpkgs and tox name a version without its dot.
      digits = lib.replaceStrings [ "." ] [ "" ];
      attribute = version: "py${digits version}";

      # Fails if nixpkgs has another Redis than the other environments.
      redis =
        pkgs:
        let
          found = lib.head (builtins.splitVersion pkgs.redis.version);
        in
        lib.throwIfNot (
          found == manifest.redis
        ) "nixpkgs has Redis ${found}, [tool.environment] says ${manifest.redis}" pkgs.redis;

      postgresql = pkgs: pkgs.${"postgresql_${manifest.postgresql}"};

      # On Linux wheels expect the C++ runtime and zlib in folders that Nix does not have. Only this interpreter, and
      # every virtual environment that is made with it, gets the variable: in the shell it would break the machine's
      # own programs.
      interpreter =
        pkgs: version:
        let
          name = "python${version}";
          python = "${pkgs.${"python${digits version}"}}/bin/${name}";
          libraries = lib.makeLibraryPath [
            pkgs.stdenv.cc.cc.lib
            pkgs.zlib
          ];
          scoped = pkgs.writeShellApplication {
            inherit name;
            text = ''
              export LD_LIBRARY_PATH="${libraries}''${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
              exec -a "$0" ${python} "$@"
            '';
          };
        in
        if pkgs.stdenv.hostPlatform.isLinux then "${scoped}/bin/${name}" else python;

      # Every interpreter of the matrix, and the plain names for one of them.
      interpreters =
        pkgs: version:
        let
          link = name: of: "ln -s ${interpreter pkgs of} $out/bin/${name}\n";
        in
        pkgs.runCommand "interpreters-${version}" { } ''
          mkdir -p $out/bin
          ${lib.concatMapStrings (each: link "python${each}" each) manifest.python-matrix}
          ${link "python3" version}
          ${link "python" version}
          :
        '';

      # What the verbs need besides Python. Poetry, uv, shellcheck and hadolint are left out on purpose: poetry.lock pins
      # them, and two versions of a tool can disagree.
      tools = pkgs: [
        pkgs.actionlint
        pkgs.git
        pkgs.gnumake
        pkgs.nixfmt
        (redis pkgs)
        (postgresql pkgs)
      ];

      shell =
        pkgs: version: venv:
        pkgs.mkShellNoCC {
          packages = [ (interpreters pkgs version) ] ++ tools pkgs;
          # Not .venv, which may be made with the machine's own Python.
          VENV = venv;
          PYTHON = "python${version}";
          # Set for builds of nixpkgs; they change how other packages behave.
          shellHook = ''
            unset PYTHONPATH PYTHONHASHSEED SOURCE_DATE_EPOCH DETERMINISTIC_BUILD
          '';
        };

      # A make verb inside the default shell's environment, for nix run.
      verb =
        pkgs: name:
        pkgs.writeShellApplication {
          inherit name;
          runtimeInputs = [ (interpreters pkgs manifest.python) ] ++ tools pkgs;
          runtimeEnv = {
            VENV = ".venv-nix";
            PYTHON = "python${manifest.python}";
          };
          text = ''
            unset PYTHONPATH PYTHONHASHSEED SOURCE_DATE_EPOCH DETERMINISTIC_BUILD
            exec make ${name} "$@"
          '';
        };

      # Redis and PostgreSQL on loopback, in the foreground, their data under var/services.
      services =
        pkgs:
        pkgs.writeShellApplication {
          name = "services";
          runtimeInputs = [
            pkgs.coreutils
            (redis pkgs)
            (postgresql pkgs)
          ];
          text = ''
            data=$PWD/var/services
            mkdir -p "$data/redis"
            [[ -e $data/postgresql/PG_VERSION ]] ||
              initdb --pgdata "$data/postgresql" --username golden --auth trust --encoding UTF8 --no-locale >/dev/null
            trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
            redis-server --bind 127.0.0.1 --dir "$data/redis" --appendonly yes --maxmemory-policy noeviction &
            postgres -D "$data/postgresql" -c listen_addresses=127.0.0.1 -c unix_socket_directories= &
            echo "REDIS_URL=redis://127.0.0.1/0"
            echo "DATABASE_URL=postgresql+psycopg://golden@127.0.0.1/postgres"
            wait -n
          '';
        };
    in
    {
      devShells = eachSystem (
        pkgs:
        lib.listToAttrs (
          map (
            version: lib.nameValuePair (attribute version) (shell pkgs version ".venv-nix-${attribute version}")
          ) manifest.python-matrix
        )
        // {
          default = shell pkgs manifest.python ".venv-nix";
        }
      );

      packages = eachSystem (pkgs: {
        default = verb pkgs "run";
        test = verb pkgs "test";
        services = services pkgs;
      });

      apps = eachSystem (
        pkgs:
        lib.mapAttrs (name: meta: {
          type = "app";
          program = lib.getExe self.packages.${pkgs.stdenv.hostPlatform.system}.${name};
          inherit meta;
        }) {
          default.description = "make run, with the interpreter and the tools of this flake";
          test.description = "make test, likewise";
          services.description = "Redis and PostgreSQL on loopback, their data under var/services";
        }
      );

      # A sandbox has no network, and nixpkgs does not have the locked packages, so these are the verbs that need no
      # environment; the others run in nix develop.
      checks = eachSystem (
        pkgs:
        lib.genAttrs [ "parity" "help" "doctor" ] (
          name:
          pkgs.runCommand name { nativeBuildInputs = [ (interpreters pkgs manifest.python) ] ++ tools pkgs; } ''
            cp -r ${self} source
            chmod -R u+w source
            make -C source ${name} PYTHON=python${manifest.python}
            echo > $out
          ''
        )
      );

      formatter = eachSystem (pkgs: pkgs.nixfmt-tree);
    };
}
