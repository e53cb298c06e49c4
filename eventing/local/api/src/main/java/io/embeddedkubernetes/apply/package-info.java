/** Patches, server-side apply and the ownership of fields, with the algorithms and names of Kubernetes' own code. */
package io.embeddedkubernetes.apply;
