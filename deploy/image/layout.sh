#!/bin/sh
# Lays the executable jar out as the image has it: functions.jar with our code, lib/ with what it depends on.
# Usage: layout.sh EXECUTABLE_JAR APP_FOLDER
set -eu
jar=$1
app=$2
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$app"
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Djarmode=tools -jar "$jar" \
  extract --destination "$app" --application-filename functions.jar
cp "$here/run.sh" "$here/jvm.options" "$app"
chmod 0755 "$app/run.sh"

# The AOT cache remembers when each jar was changed, and layers with the same files should be the same.
find "$app" -exec touch --no-dereference --date=@"${SOURCE_DATE_EPOCH:-1767225600}" {} +
