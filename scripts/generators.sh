#!/bin/sh
# Give the schema to other people's tools, as the authors of clients do: generators of types must make types that take every
# golden frame, and AsyncAPI's official parser must find no error. Part of `make drill`; needs node with npm.
set -eu
cd "$(dirname "$0")/.."
command -v npm >/dev/null || { echo "generators: needs node with npm" >&2; exit 1; }

root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

echo "generators: msgspec types by datamodel-code-generator" >&2
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
    datamodel-code-generator==0.89.0 msgspec==0.22.0 anyio==4.16.0 websockets==17.4
"$work/venv/bin/datamodel-codegen" --input protocol.schema.json --input-file-type jsonschema --output "$work/types.py" \
    --output-model-type msgspec.Struct --use-msgspec-tagged-unions --disable-warnings
"$work/venv/bin/python" scripts/generators/golden.py "$work/types.py"

echo "generators: pydantic types by datamodel-code-generator, against our own client" >&2
"$work/venv/bin/datamodel-codegen" --input protocol.schema.json --input-file-type jsonschema --output "$work/models.py" \
    --output-model-type pydantic_v2.BaseModel --disable-warnings
.venv/bin/orchd client python --out "$work/python" --schema protocol.schema.json
"$work/venv/bin/python" scripts/generators/cross_check.py "$work/models.py" "$work/python"

echo "generators: TypeScript types by json-schema-to-typescript" >&2
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
    json-schema-to-typescript@16.0.0 typescript@7.0.2 @asyncapi/parser@3.6.6 pyright@1.1.414 >/dev/null
npx json2ts -i "$root/protocol.schema.json" -o orchd.ts --maxItems=-1
"$work/venv/bin/python" "$root/scripts/generators/golden.py" --typescript >golden.ts
npx tsc --strict --noEmit golden.ts

echo "generators: those types beside the ones of our own client" >&2
cross_type() { # NAME OPTION...: types of a form of the schema that say no more and no less than a client's do
    name=$1
    shift
    "$root/.venv/bin/orchd" schema "$@" >"$name.json"
    npx json2ts -i "$name.json" -o "$name.ts" --ignoreMinAndMaxItems --additionalProperties=false
}
cross_type closed
cross_type open --open
"$root/.venv/bin/orchd" client typescript --out client >/dev/null
cp "$root/scripts/generators/cross.ts" .
npx tsc --strict --noEmit --ignoreConfig --module nodenext --allowImportingTsExtensions --lib es2022,dom --types '' cross.ts

echo "generators: our client in Python by pyright, as strict as it is" >&2
echo '{"include": ["python/orchd_client"], "typeCheckingMode": "strict", "pythonVersion": "3.11", "venvPath": ".", "venv": "venv"}' \
    >pyrightconfig.json
npx pyright

echo "generators: AsyncAPI's parser (some minutes)" >&2
"$root/.venv/bin/orchd" schema --asyncapi >asyncapi.json
cp "$root/scripts/generators/asyncapi.mjs" .
node asyncapi.mjs asyncapi.json
