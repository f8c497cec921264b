package dev.spectraledge.analysis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.spectraledge.trainer.step.EdgeGradient;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.Test;

/** The rules that keep the modules a chain and native code behind its facades. */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.spectraledge");

    @Test
    void modulesAreAChain() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("bindings")
                .definedBy("dev.spectraledge.bindings..")
                .layer("kernels")
                .definedBy("dev.spectraledge.kernels..")
                .layer("trainer")
                .definedBy("dev.spectraledge.trainer..")
                .layer("analysis")
                .definedBy("dev.spectraledge.analysis..")
                .whereLayer("analysis")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("trainer")
                .mayOnlyBeAccessedByLayers("analysis")
                .whereLayer("kernels")
                .mayOnlyBeAccessedByLayers("trainer", "analysis")
                .check(MAIN);
    }

    /** A paper's page is made of reports' parts; both read published numbers. */
    @Test
    void runReportsKnowNoPaper() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.spectraledge.analysis.report..", "dev.spectraledge.analysis.published..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.spectraledge.analysis.paper..")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("dev.spectraledge.analysis.experiment..")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAPackage("dev.spectraledge.analysis.published..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.spectraledge.analysis.report..")
                .check(MAIN);
    }

    @Test
    void onlyTheBindingsCallNativeCode() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.spectraledge.bindings..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Linker.class, SymbolLookup.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("dev.spectraledge.bindings.raw..")
                .check(MAIN);
    }

    @Test
    void noMemoryIsLeftToTheGarbageCollector() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.spectraledge.bindings.raw..")
                .should()
                .callMethod(Arena.class, "ofAuto")
                .check(MAIN);
    }

    @Test
    void theTrainerAnalysesNothing() {
        noClasses()
                .that()
                .resideInAPackage("dev.spectraledge.trainer..")
                .and()
                .doNotHaveFullyQualifiedName(EdgeGradient.class.getName())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.spectraledge.kernels.linalg..")
                .because(
                        "spectral analysis belongs to the analysis module; only training within the edge needs eigenvectors")
                .check(MAIN);
    }

    @Test
    void phasesAndStatisticsKnowNoExperiments() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.spectraledge.analysis.phase..", "dev.spectraledge.analysis.statistic..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.spectraledge.analysis.experiment..",
                        "dev.spectraledge.analysis.paper..",
                        "dev.spectraledge.analysis.report..",
                        "dev.spectraledge.analysis.nulls..")
                .because("experiments, reports and nulls are built on them")
                .check(MAIN);
    }
}
