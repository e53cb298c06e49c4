/** The root package: the application, the features and the layers that they share. */
package io.elasticjupyter;
