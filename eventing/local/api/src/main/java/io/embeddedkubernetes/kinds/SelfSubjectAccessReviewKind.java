package io.embeddedkubernetes.kinds;

import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;

/** The question behind {@code kubectl auth can-i}. Everything is allowed. */
final class SelfSubjectAccessReviewKind extends BuiltinKind {

    SelfSubjectAccessReviewKind() {
        super(Served.inCluster("authorization.k8s.io", "selfsubjectaccessreviews", SelfSubjectAccessReview.class));
    }
}
