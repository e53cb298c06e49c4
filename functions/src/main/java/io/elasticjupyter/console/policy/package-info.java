/** What the console shows, computed from what was read. The package has only pure functions and values, and uses no client. */
package io.elasticjupyter.console.policy;
