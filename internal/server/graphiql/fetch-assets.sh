#!/usr/bin/env bash
# Downloads the third-party files of GraphiQL's page from npm, checks each
# against assets/PINNED and stores it as assets/NAME.gz. Run it after changing
# a line of assets/PINNED and commit the result.
set -euo pipefail
cd "$(dirname "$0")/assets"

pack=$(mktemp -d)
trap 'rm -rf "$pack"' EXIT

while read -r sha name package path; do
  [[ $sha == '#'* || -z $sha ]] && continue
  dir="$pack/${package//\//_}"
  if [[ ! -d $dir ]]; then
    mkdir "$dir"
    (cd "$dir" && npm pack --silent "$package" >/dev/null && tar xzf ./*.tgz)
  fi
  echo "$sha  $dir/package/$path" | sha256sum --check --quiet
  gzip --best --no-name --stdout "$dir/package/$path" >"$name.gz"
  echo "$name.gz from $package/$path"
done <PINNED
