package io.embeddedkubernetes.kinds;

import io.embeddedkubernetes.resource.Column;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.util.List;

/**
 * Admission policies and their bindings. They are stored and not enforced: they decide by the rights of the user, and the server
 * knows no users.
 */
final class AdmissionPolicyKind extends BuiltinKind {

    AdmissionPolicyKind(Class<? extends KubernetesResource> model, String plural) {
        super(Served.inCluster("admissionregistration.k8s.io", plural, model));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.age());
    }

    @Override
    public boolean hasGeneration() {
        return true;
    }
}
