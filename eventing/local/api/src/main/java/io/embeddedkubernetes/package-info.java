/**
 * A Kubernetes API server inside the process. {@link io.embeddedkubernetes.EmbeddedApi} is all that users see; this room
 * takes requests apart and passes them on to the others. Imports run one way: {@code json}, {@code resource},
 * {@code schema}, {@code apply}, {@code kinds}, {@code store}, {@code kubectl}, and this one last; {@code transport} stands
 * alone.
 */
package io.embeddedkubernetes;
