/** How far random sketches are from the exact spectrum, over their seeds. */
package dev.spectraledge.bench.sketch;
