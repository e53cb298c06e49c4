/**
 * The application: Spring Boot, Spring Cloud Function's web adapter, the Kubernetes client and the functions that it serves. The
 * other packages know nothing of Spring and serve no HTTP.
 */
package io.elasticjupyter.application;
