/** A Kubernetes API server held in memory, for laptops and tests: start it, and kubectl or any client may talk to it. */
package io.elasticjupyter.embedded;
