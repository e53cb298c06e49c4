package io.embeddedkubernetes.kinds;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;

/** The question what a user may do. Everything is allowed. */
final class SubjectAccessReviewKind extends BuiltinKind {

    SubjectAccessReviewKind() {
        super(Served.inCluster("authorization.k8s.io", "subjectaccessreviews", SubjectAccessReview.class));
    }
}
