#!/bin/sh
# Measures cold starts, by turns with plain `java -jar` and as the image starts. Needs `mvn -DskipTests package`.
# Usage: measure.sh [ROUNDS]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
image=$root/deploy/image
jar=$(ls "$root"/functions/target/elastic-jupyter-functions-*-exec.jar)
classpath="$image/target/training/*:$image/target/classes"

"$image/layout.sh" "$jar" "$image/target/measured"
"$image/train.sh" "$image/target/measured" "$classpath"
"${JAVA_HOME:+$JAVA_HOME/bin/}java" --sun-misc-unsafe-memory-access=allow -cp "$classpath" \
  io.elasticjupyter.image.ColdStart "$root" "$jar" "$image/target/measured" "${1:-5}"
