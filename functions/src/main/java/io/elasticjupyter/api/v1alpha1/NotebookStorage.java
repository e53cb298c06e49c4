package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * The volume at the home directory of a notebook server.
 *
 * @param size the size of the PersistentVolumeClaim that is created; null to use {@code claimName}
 * @param storageClassName the StorageClass of the created claim; null for the default of the cluster
 * @param accessModes the access modes of the created claim; null for {@link AccessMode#ReadWriteOnce}
 * @param whenDeleted what happens to the created claim when the notebook is deleted; null for {@link WhenDeleted#Retain}
 * @param claimName a PersistentVolumeClaim that exists; null to create one
 * @param mountPath where the volume is mounted; null for {@link #HOME}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.size) != has(self.claimName)", message = "exactly one of size and claimName must be set: set size to create a PersistentVolumeClaim, or claimName to use one that exists")
@ValidationRule(value = "!has(self.claimName) || !(has(self.storageClassName) || has(self.accessModes) || has(self.whenDeleted))", message = "storageClassName, accessModes and whenDeleted must not be set with claimName, because they describe a claim that is created: remove them, or set size instead of claimName")
@ValidationRule(value = "!has(self.size) || isQuantity(self.size) && quantity(self.size).isGreaterThan(quantity('0'))", fieldPath = ".size", message = "size must be an amount of storage above 0, such as 10Gi")
@ValidationRule(value = "!has(self.size) || !has(oldSelf.size) || !isQuantity(self.size) || !isQuantity(oldSelf.size) || !quantity(self.size).isLessThan(quantity(oldSelf.size))", fieldPath = ".size", message = "size must not be reduced, because volumes cannot shrink: set at least the current size, or copy the files to a smaller claim and set claimName to its name")
@ValidationRule(value = "!has(self.size) || !has(oldSelf.size) || (has(self.storageClassName) ? has(oldSelf.storageClassName) && self.storageClassName == oldSelf.storageClassName : !has(oldSelf.storageClassName))", fieldPath = ".storageClassName", message = "storageClassName must not be changed, because a claim keeps its StorageClass: set the current one, or copy the files to another claim and set claimName to its name")
@ValidationRule(value = "!has(self.size) || !has(oldSelf.size) || (has(self.accessModes) ? has(oldSelf.accessModes) && self.accessModes == oldSelf.accessModes : !has(oldSelf.accessModes))", fieldPath = ".accessModes", message = "accessModes must not be changed, because a claim keeps its access modes: set the current ones, or copy the files to another claim and set claimName to its name")
public record NotebookStorage(
        @Size(min = 1, max = 32) @JsonPropertyDescription("Optional. Size of the PersistentVolumeClaim NAME-home that is created, such as 10Gi. A larger size expands the claim, if its StorageClass allows that. Exactly one of size and claimName must be set.") String size,
        @Size(min = 1, max = 253) @Pattern(ResourceNames.SUBDOMAIN) @JsonPropertyDescription("Optional. StorageClass of the created claim. Defaults to the default StorageClass of the cluster. Cannot be changed.") String storageClassName,
        @Size(min = 1, max = 3) @JsonPropertyDescription("Optional. Access modes of the created claim. Defaults to ReadWriteOnce. Cannot be changed.") List<AccessMode> accessModes,
        @JsonPropertyDescription("Optional. What happens to the created claim when the notebook is deleted. Retain keeps it, and a notebook of the same name uses it again. Delete deletes it, and with it the files. Defaults to Retain.") WhenDeleted whenDeleted,
        @Size(min = 1, max = 253) @Pattern(ResourceNames.SUBDOMAIN) @JsonPropertyDescription("Optional. PersistentVolumeClaim in the namespace of the notebook to use instead of creating one. It is never deleted.") String claimName,
        @Default(HOME) @Size(min = 2, max = 512) @Pattern("^/[^:]*[^/:]$") @JsonPropertyDescription("Optional. Directory of the server's container at which the volume is mounted. Defaults to /home/jovyan, the home directory in Jupyter's images.") String mountPath) {

    /** The home directory of the user {@code jovyan} of Jupyter's images. */
    public static final String HOME = "/home/jovyan";

    /** How nodes may mount a volume, as in the {@code accessModes} of a PersistentVolumeClaim. */
    public enum AccessMode {
        /** By one node. */
        ReadWriteOnce,
        /** By many nodes. */
        ReadWriteMany,
        /** By one pod. */
        ReadWriteOncePod
    }

    /** What happens to a claim with its owner, as in the {@code persistentVolumeClaimRetentionPolicy} of a StatefulSet. */
    public enum WhenDeleted {
        /** It is kept. */
        Retain,
        /** It is deleted. */
        Delete
    }
}
