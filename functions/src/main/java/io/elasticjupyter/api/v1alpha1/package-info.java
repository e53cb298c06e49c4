/**
 * The five kinds of {@code kubeflow.tkestack.io/v1alpha1}, as their users write them. The CRDs in {@code deploy/crds} are
 * generated from these types: change a type and the build rewrites its CRD.
 */
package io.elasticjupyter.api.v1alpha1;
