#!/bin/sh
# Lays everything out as the image has it: functions.jar with our code, libraries.jar with what it depends on, and runtime/, the
# part of the JDK that they need.
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

# What 'jdeps --print-module-deps' names, but what only compilers, scripts, agents and recorders need.
"${JAVA_HOME:+$JAVA_HOME/bin/}jlink" --output "$app/runtime" --strip-debug --no-header-files --no-man-pages --add-modules \
  java.base,java.desktop,java.instrument,java.management,java.naming,java.net.http,java.security.jgss,java.sql,jdk.management,jdk.net,jdk.unsupported

# The AOT cache remembers when each jar was changed, and layers with the same files should be the same.
find "$app" -exec touch --no-dereference --date=@"${SOURCE_DATE_EPOCH:-1767225600}" {} +
