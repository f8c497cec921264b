package dev.spectraledge.trainer.tokenizer;

import java.util.Arrays;

/** Distinct words, numbered in the order in which they were first seen: a hash table of bytes without objects. */
final class WordTable {
    private static final int SMALLEST = 1 << 12;
    private static final int MULTIPLIER = 0x9e3779b1;

    private byte[] bytes = new byte[8 * SMALLEST];
    /** Of each word, and behind the last one. */
    private int[] begins = new int[SMALLEST];

    private int[] hashes = new int[SMALLEST];
    /** Number of a word plus one, or 0. */
    private int[] slots = new int[2 * SMALLEST];

    private int size;

    /** Number of distinct words. */
    int size() {
        return size;
    }

    /** Bytes of all of them. */
    int bytes() {
        return begins[size];
    }

    int length(int word) {
        return begins[word + 1] - begins[word];
    }

    int byteAt(int word, int index) {
        return Byte.toUnsignedInt(bytes[begins[word] + index]);
    }

    /** The number of the word {@code [from, to)}, which is {@link #size()} as it was if it is new. */
    int add(byte[] text, int from, int to) {
        int hash = hash(text, from, to);
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            int word = slots[slot] - 1;
            if (hashes[word] == hash && Arrays.equals(bytes, begins[word], begins[word + 1], text, from, to)) {
                return word;
            }
            slot = slot + 1 & mask;
        }
        return insert(slot, hash, text, from, to);
    }

    private int insert(int slot, int hash, byte[] text, int from, int to) {
        int word = size;
        if (word + 2 > begins.length) {
            begins = Arrays.copyOf(begins, 2 * begins.length);
            hashes = Arrays.copyOf(hashes, 2 * hashes.length);
        }
        int end = Math.addExact(begins[word], to - from);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(end, 2L * bytes.length)));
        }
        System.arraycopy(text, from, bytes, begins[word], to - from);
        hashes[word] = hash;
        begins[word + 1] = end;
        slots[slot] = word + 1;
        size++;
        if (size > slots.length / 2) {
            rehash();
        }
        return word;
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        int mask = slots.length - 1;
        for (int word = 0; word < size; word++) {
            int slot = hashes[word] & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = word + 1;
        }
    }

    private static int hash(byte[] text, int from, int to) {
        int hash = to - from;
        for (int index = from; index < to; index++) {
            hash = hash * 31 + text[index];
        }
        hash *= MULTIPLIER;
        return hash ^ hash >>> 15;
    }
}
