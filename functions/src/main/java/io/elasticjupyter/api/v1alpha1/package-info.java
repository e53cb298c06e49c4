/**
 * The five kinds of {@code kubeflow.tkestack.io/v1alpha1}. The CRDs in {@code deploy/crds} are generated from these types:
 * when a type changes, the build rewrites its CRD.
 */
package io.elasticjupyter.api.v1alpha1;
