package io.embeddedkubernetes.kinds;

import io.embeddedkubernetes.resource.ResourceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The resources that are served: built-in ones and those of installed custom resource definitions. */
public final class Catalog {

    private final List<ResourceType> builtin = List.copyOf(BuiltinKinds.list());
    private final Map<String, List<ResourceType>> custom = new LinkedHashMap<>();
    private volatile Map<String, ResourceType> served;

    public Catalog() {
        refresh();
    }

    public synchronized void install(String definition, List<ResourceType> types) {
        custom.put(definition, types);
        refresh();
    }

    public synchronized void remove(String definition) {
        custom.remove(definition);
        refresh();
    }

    private void refresh() {
        var all = new LinkedHashMap<String, ResourceType>();
        builtin.forEach(type -> all.put(type.apiVersion() + "/" + type.plural(), type));
        custom.values().forEach(types -> types.forEach(type -> all.put(type.apiVersion() + "/" + type.plural(), type)));
        served = Map.copyOf(all);
        ordered = List.copyOf(all.values());
    }

    private volatile List<ResourceType> ordered;

    public Optional<ResourceType> find(String apiVersion, String plural) {
        return Optional.ofNullable(served.get(apiVersion + "/" + plural));
    }

    /** Returns the first served version of the resource with this store, for controllers that run in the background. */
    public Optional<ResourceType> ofStore(String store) {
        return ordered.stream().filter(type -> type.store().equals(store)).findFirst();
    }

    Optional<ResourceType> ofKind(String apiVersion, String kind) {
        return ordered.stream().filter(t -> t.apiVersion().equals(apiVersion) && t.kind().equals(kind)).findFirst();
    }

    public boolean isBuiltin(String group) {
        return builtin.stream().anyMatch(type -> type.group().equals(group));
    }

    public List<ResourceType> types() {
        return ordered;
    }

    List<String> stores() {
        return ordered.stream().filter(type -> !type.isReview()).map(ResourceType::store).distinct().toList();
    }

    /** Returns the versions of each group, the preferred one first. The core group has the empty name and comes first. */
    public Map<String, List<String>> groups() {
        var groups = new LinkedHashMap<String, List<String>>();
        for (var type : ordered) {
            var versions = groups.computeIfAbsent(type.group(), g -> new ArrayList<>());
            if (!versions.contains(type.version())) {
                versions.add(type.version());
            }
        }
        groups.values().forEach(versions -> versions.sort(Comparator.comparing(Catalog::rank)));
        return groups;
    }

    /** Ranks stable versions before beta before alpha, and newer before older ones. */
    private static String rank(String version) {
        var match = java.util.regex.Pattern.compile("v(\\d+)(?:(alpha|beta)(\\d+))?").matcher(version);
        if (!match.matches()) {
            return "3" + version;
        }
        var stage = match.group(2) == null ? "0" : match.group(2).equals("beta") ? "1" : "2";
        var minor = match.group(3) == null ? 0 : Integer.parseInt(match.group(3));
        return "%s%04d%04d".formatted(stage, 9999 - Integer.parseInt(match.group(1)), 9999 - minor);
    }
}
