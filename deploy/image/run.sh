#!/bin/sh
# The entry point of the image: starts the functions on $PORT, with the AOT cache in the same directory.
set -eu
cd "$(dirname "$0")"
exec runtime/bin/java @jvm.options -XX:AOTCache=functions.aot io.elasticjupyter.application.FunctionsApplication "$@"
