/** Records events that could not be delivered to a function on the resources that they are about, so that no event is lost silently. */
package io.elasticjupyter.deadletter;
