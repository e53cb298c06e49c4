/** The functions as their image runs them: in a process of their own, beside an API server, sent the recorded events. */
package io.elasticjupyter.image;
