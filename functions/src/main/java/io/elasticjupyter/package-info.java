/** The application: what the functions share, wired together. */
package io.elasticjupyter;
