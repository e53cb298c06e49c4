#!/bin/sh
# Creates the AOT cache APP_FOLDER/functions.aot: starts the functions in APP_FOLDER and an embedded API server, sends the recorded
# events to the functions, and stops them. The cache contains the classes that were loaded and linked by then.
# Usage: train.sh APP_FOLDER TRAINING_CLASSPATH
set -eu
app=$(cd "$1" && pwd)
classpath=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

"$java" --sun-misc-unsafe-memory-access=allow -cp "$classpath" io.elasticjupyter.image.Training "$root" \
  sh -c "cd '$app' && exec runtime/bin/java @jvm.options -XX:AOTCacheOutput=functions.aot io.elasticjupyter.application.FunctionsApplication"
touch --date=@"${SOURCE_DATE_EPOCH:-1767225600}" "$app/functions.aot"
