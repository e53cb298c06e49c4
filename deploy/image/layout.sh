#!/bin/sh
# Creates the directory layout of the image in APP_FOLDER: functions.jar with the functions' code, libraries.jar with their
# dependencies, and runtime/ with the modules of the JDK that they need.
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

# The modules that 'jdeps --print-module-deps' reports, without those that only compilers, scripts, agents and recorders need.
"${JAVA_HOME:+$JAVA_HOME/bin/}jlink" --output "$app/runtime" --strip-debug --no-header-files --no-man-pages --add-modules \
  java.base,java.desktop,java.instrument,java.management,java.naming,java.net.http,java.security.jgss,java.sql,jdk.management,jdk.net,jdk.unsupported

# Sets fixed timestamps: the AOT cache stores the modification time of each jar, and layers with the same files should be identical.
find "$app" -exec touch --no-dereference --date=@"${SOURCE_DATE_EPOCH:-1767225600}" {} +
