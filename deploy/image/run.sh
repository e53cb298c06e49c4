#!/bin/sh
# The image's entry point: starts the functions on $PORT with the AOT cache beside them.
set -eu
cd "$(dirname "$0")"
exec runtime/bin/java @jvm.options -XX:AOTCache=functions.aot io.elasticjupyter.application.FunctionsApplication "$@"
