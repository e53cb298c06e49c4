/**
 * Runs the functions as their image does, in a process of their own with an API server, and sends the recorded events to them.
 */
package io.elasticjupyter.image;
