package dev.spectraledge.bindings;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Optional;

/**
 * Who may change a file, or what is in a folder.
 *
 * @param owner number of the user whose it is
 * @param ownerName the same as a name, or digits where there is none
 * @param group number of its group
 * @param mode permissions of Unix, the sticky bit among them
 */
record FileAccess(int owner, String ownerName, int group, int mode) {
    private static final int ROOT = 0;
    private static final int GROUP_WRITES = 0b000_010_000;
    private static final int OTHERS_WRITE = 0b000_000_010;
    private static final int STICKY = 1 << 9;
    private static final int PERMISSIONS = (1 << 12) - 1;

    private static final boolean IS_KNOWN =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    private static final class User {
        static final int ID = effectiveId();

        private static int effectiveId() {
            MethodHandle geteuid = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("geteuid"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT));
            try {
                return (int) geteuid.invokeExact();
            } catch (Throwable t) {
                throw new AssertionError("geteuid takes nothing", t);
            }
        }
    }

    /** Of a file or folder, or of the link itself if it is one; empty where the system has no such thing. */
    static Optional<FileAccess> of(Path path) throws IOException {
        if (!IS_KNOWN) {
            return Optional.empty();
        }
        Map<String, Object> facts = Files.readAttributes(path, "unix:uid,gid,mode,owner", LinkOption.NOFOLLOW_LINKS);
        return Optional.of(new FileAccess(
                (int) facts.get("uid"),
                ((UserPrincipal) facts.get("owner")).getName(),
                (int) facts.get("gid"),
                (int) facts.get("mode") & PERMISSIONS));
    }

    /** For a new folder: others may look, whatever the user's mask allows them. */
    static FileAttribute<?>[] ofNewFolder() {
        return permissions("rwxr-xr-x");
    }

    /** For a new file: others may read, whatever the user's mask allows them. */
    static FileAttribute<?>[] ofNewFile() {
        return permissions("rw-r--r--");
    }

    private static FileAttribute<?>[] permissions(String permissions) {
        return IS_KNOWN
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Whether it belongs to the user of this process, or to root, whom nothing keeps out anyway. */
    boolean isOwn() {
        return owner == ROOT || owner == User.ID;
    }

    /** Whether its group or everybody may change it. */
    boolean othersMayChange() {
        return (mode & (GROUP_WRITES | OTHERS_WRITE)) != 0;
    }

    /**
     * Of a folder: whether others may put something else in the place of what is in it. A group that is root's, or has the
     * number of the owner as systems give each user one, does not count as others.
     */
    boolean othersMayReplaceEntries() {
        boolean groupMay = (mode & GROUP_WRITES) != 0 && group != ROOT && group != owner;
        return (mode & STICKY) == 0 && (groupMay || (mode & OTHERS_WRITE) != 0);
    }

    /** The permissions as {@code chmod} has them, for example {@code 775}. */
    String permissions() {
        return Integer.toOctalString(mode);
    }
}
