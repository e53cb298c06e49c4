#!/bin/sh
# Makes the AOT cache: starts the functions of a laid out APP_FOLDER beside an embedded API server, sends them the recorded
# events, and ends them. What they loaded and linked by then goes into APP_FOLDER/functions.aot.
# Usage: train.sh APP_FOLDER TRAINING_CLASSPATH
set -eu
app=$(cd "$1" && pwd)
classpath=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

"$java" --sun-misc-unsafe-memory-access=allow -cp "$classpath" io.elasticjupyter.image.Training "$root" \
  sh -c "cd '$app' && exec runtime/bin/java @jvm.options -XX:AOTCacheOutput=functions.aot io.elasticjupyter.application.FunctionsApplication"
touch --date=@"${SOURCE_DATE_EPOCH:-1767225600}" "$app/functions.aot"
