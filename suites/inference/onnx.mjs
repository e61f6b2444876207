// SPDX-License-Identifier: Apache-2.0
// Tiny models as ONNX files (a protocol buffer: github.com/onnx/onnx, onnx.proto), and the runtime under test.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const ort = createRequire(join(process.execPath, '../../x'))('onnxruntime-node');
export const observe = (...words) => execFileSync('observe', words.map(String));

const FLOAT = 1, UINT8 = 2, INT8 = 3, INT32 = 6, INT64 = 7;
const code = { float32: FLOAT, uint8: UINT8, int8: INT8, int32: INT32, int64: INT64 };

function varint(value) {
    const bytes = [];
    for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
        if (rest < 128n)
            return Buffer.from([...bytes, Number(rest)]);
        bytes.push(Number(rest & 127n) | 128);
    }
}
const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field, data) => Buffer.concat([varint(field << 3 | 2), varint(data.length), data]);
const string = (field, text) => bytes(field, Buffer.from(text));

// A constant: NAME, type, dimensions, typed array.
export const constant = (name, type, dims, data) => Buffer.concat([...dims.map((dim) => number(1, dim)), number(2, code[type]), string(8, name),
    bytes(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength))]);

const value = (name, type, dims) => Buffer.concat([string(1, name), bytes(2, bytes(1, Buffer.concat([number(1, code[type]),
    bytes(2, Buffer.concat(dims.map((dim) => bytes(1, number(1, dim)))))])))]);

// A list of integers as an attribute of a node.
const integers = ([name, list]) => Buffer.concat([string(1, name), ...list.map((item) => number(8, item)), number(20, 7)]);

// An operation: TYPE, inputs, output, attributes.
export const operation = (type, inputs, output, attributes = {}) => Buffer.concat([...inputs.map((input) => string(1, input)), string(2, output),
    string(4, type), ...Object.entries(attributes).map((attribute) => bytes(5, integers(attribute)))]);

// A model: operations, constants, inputs and outputs as [NAME, type, dimensions].
export const model = (operations, constants, inputs, outputs) => Buffer.concat([number(1, 8), bytes(7, Buffer.concat([
    ...operations.map((each) => bytes(1, each)), string(2, 'graph'), ...constants.map((each) => bytes(5, each)),
    ...inputs.map((each) => bytes(11, value(...each))), ...outputs.map((each) => bytes(12, value(...each)))])),
    bytes(8, number(2, 17))]);

// The same pseudo-random numbers everywhere, exact in single precision, from -1 to 1.
export function numbers(count, seed = 1) {
    const list = new Float32Array(count);
    for (let i = 0, state = seed; i < count; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        list[i] = ((state >>> 12) - (1 << 19)) / (1 << 19);
    }
    return list;
}

export const digest = (data) => createHash('sha256').update(Buffer.from(data.buffer, data.byteOffset, data.byteLength)).digest('hex').slice(0, 16);

// The largest difference of two lists, relative to the largest of the expected values.
export function error(actual, expected) {
    let most = 0, scale = 0;
    for (let i = 0; i < expected.length; i++) {
        most = Math.max(most, Math.abs(actual[i] - expected[i]));
        scale = Math.max(scale, Math.abs(expected[i]));
    }
    return actual.length === expected.length ? most / scale : Infinity;
}

// A matrix M x K times one K x N, in double precision.
export function multiply(a, b, m, k, n) {
    const product = new Float64Array(m * n);
    for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++)
            for (let l = 0; l < k; l++)
                product[i * n + j] += a[i * k + l] * b[l * n + j];
    return product;
}

// Two layers: softmax(relu(x w1 + b1) w2 + b2), and its result in double precision.
export function perceptron(inputs = 64, hidden = 128, outputs = 10) {
    const w1 = numbers(inputs * hidden, 2), b1 = numbers(hidden, 3), w2 = numbers(hidden * outputs, 4), b2 = numbers(outputs, 5);
    const file = model([operation('MatMul', ['x', 'w1'], 'a'), operation('Add', ['a', 'b1'], 'b'), operation('Relu', ['b'], 'c'),
        operation('MatMul', ['c', 'w2'], 'd'), operation('Add', ['d', 'b2'], 'e'), operation('Softmax', ['e'], 'y')],
        [constant('w1', 'float32', [inputs, hidden], w1), constant('b1', 'float32', [hidden], b1),
            constant('w2', 'float32', [hidden, outputs], w2), constant('b2', 'float32', [outputs], b2)],
        [['x', 'float32', [1, inputs]]], [['y', 'float32', [1, outputs]]]);
    const expected = (x) => {
        const c = multiply(x, w1, 1, inputs, hidden).map((value, i) => Math.max(0, value + b1[i]));
        const e = multiply(c, w2, 1, hidden, outputs).map((value, i) => value + b2[i]), most = Math.max(...e);
        const powers = e.map((value) => Math.exp(value - most)), sum = powers.reduce((a, b) => a + b);
        return powers.map((value) => value / sum);
    };
    return { file, inputs, expected, tensor: (seed) => new ort.Tensor('float32', numbers(inputs, seed), [1, inputs]) };
}
