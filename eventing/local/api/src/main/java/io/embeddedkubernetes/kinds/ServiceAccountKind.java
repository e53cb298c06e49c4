package io.embeddedkubernetes.kinds;

import io.fabric8.kubernetes.api.model.ServiceAccount;

final class ServiceAccountKind extends BuiltinKind {

    ServiceAccountKind() {
        super(Served.namespaced("", "serviceaccounts", ServiceAccount.class).shortNames("sa"));
    }

    @Override
    public boolean isReturnedWhenDeleted() {
        return true;
    }
}
