package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.Violations;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.util.List;

final class CustomResourceDefinitionKind extends BuiltinKind {

    CustomResourceDefinitionKind() {
        super(Served.inCluster("apiextensions.k8s.io", "customresourcedefinitions", CustomResourceDefinition.class)
                .shortNames("crd", "crds").categories("api-extensions").subresources("status"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.created());
    }

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void fillDefaults(ObjectNode definition) {
        CustomResources.fillDefaults(spec(definition));
    }

    @Override
    public void fillOnCreate(ObjectNode definition) {
        CustomResources.establish(definition);
    }

    @Override
    public void check(JsonNode definition, JsonNode old, Violations violations) {
        violations.addAll(CustomResources.check(definition));
    }
}
