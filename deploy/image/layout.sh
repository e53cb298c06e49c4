#!/bin/sh
# Lays the jars out as the image has them: functions.jar with our code, libraries.jar with what it depends on.
# Usage: layout.sh LIBRARIES_JAR APP_FOLDER
set -eu
libraries=$1
app=$2
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$app"
mkdir -p "$app"
cp "$libraries" "$app/libraries.jar"
cp "${libraries%-libraries.jar}.jar" "$app/functions.jar"
cp "$here/run.sh" "$here/jvm.options" "$app"
chmod 0755 "$app/run.sh"

# The AOT cache remembers when each jar was changed, and layers with the same files should be the same.
find "$app" -exec touch --no-dereference --date=@"${SOURCE_DATE_EPOCH:-1767225600}" {} +
