/**
 * Tests the functions over HTTP against an API server: always the embedded one, and a real one if available. The tests are the
 * same for all of them.
 */
package io.elasticjupyter.integration;
